"""Networks and their training; knows no application, no screen and no image file."""
