"""Long work done beside the pages: asked, taken by one runner, told in a progress bar, kept until read."""
