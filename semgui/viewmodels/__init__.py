"""What a widget shows, as evented models without Qt."""
