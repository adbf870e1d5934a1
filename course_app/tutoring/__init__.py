"""The tutor thread: dated messages between a learner and those who follow them, attached to what they are about."""
