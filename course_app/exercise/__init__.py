"""The bureau des relances: playing a dunning exercise to its debrief."""
