"""What is done to tickets without anybody doing it: triggers, rules of time, macros and ready answers."""
