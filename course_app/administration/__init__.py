"""Looking after the installation: what the doctor finds, the administrator's pages, the figures for watchers."""
