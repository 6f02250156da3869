"""What each page shows, made from the queries that the API asks, too."""
