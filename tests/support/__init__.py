"""What tests run on: databases, a browser, the server, and the count at the end."""
