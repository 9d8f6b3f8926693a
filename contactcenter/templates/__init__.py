"""The mails the house writes by itself: their texts by language, changed on a screen, filled in and laid out here."""
