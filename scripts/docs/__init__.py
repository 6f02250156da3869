"""The docs site's reference pages, generated from interfaces, commands and the API."""
