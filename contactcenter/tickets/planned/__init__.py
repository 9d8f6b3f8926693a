"""What is to happen with tickets at a time that somebody has set: reminders, and tickets made again and again."""
