"""Operations: what processes log, count and promise. Imports nothing of Concord but its configuration and errors."""
