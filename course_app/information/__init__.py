"""What people of a company are told before they are assessed, and that they have read it (security.md G1)."""
