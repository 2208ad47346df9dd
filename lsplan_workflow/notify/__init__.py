"""Messages rendered and handed to channels; the only part that imports Apprise."""
