"""What the house looks like to people outside and inside: name, logo, colours, what stands below every mail."""
