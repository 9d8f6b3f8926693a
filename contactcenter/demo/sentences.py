"""What synthetic people say. Few sentences: each is synthesised once and then played from a file."""

from collections.abc import Mapping, Sequence

GREETINGS: Sequence[str] = (
    "Northwind Energy, good day. What can I do for you?",
    "Thank you for calling Northwind Energy. How can I help?",
)
AGENT: Mapping[str, Sequence[str]] = {
    "sales": (
        "I can offer you our green tariff, with a fixed price for twelve months.",
        "How many people live in your household?",
        "I will send you the offer by mail, and you can think about it.",
    ),
    "support": (
        "Let me have a look at your connection. One moment please.",
        "Could you read the number on your meter to me?",
        "I have booked a technician for you, on Thursday morning.",
    ),
    "billing": (
        "I have your last bill in front of me.",
        "I see. The estimate was too high, and I have corrected it.",
        "You will receive the new bill within a week.",
    ),
}
OTHERWISE: Sequence[str] = ("I see. Let me check that for you.", "That is done. You will get a confirmation.")
AGENT_GOODBYE: Sequence[str] = ("Thank you for calling. Goodbye.", "You are welcome. Have a nice day, goodbye.")

CALLER: Mapping[str, Sequence[str]] = {
    "1": (
        "Hello. I am moving to a new flat, and I need a contract for electricity.",
        "We are two people, and we use about two thousand kilowatt hours a year.",
        "That sounds good. And how long is the notice period?",
        "All right, please send it to me.",
    ),
    "2": (
        "Good morning. My meter has been showing an error since yesterday.",
        "It says error seventeen, and the display is blinking.",
        "Yes, I have already switched it off and on again.",
        "Thursday is fine. Thank you very much.",
    ),
    "3": (
        "Hello, I have a question about my last bill.",
        "It is almost twice as high as the one before, and we were away in July.",
        "That would explain it. And what about the instalments?",
        "Good, then I will wait for the new bill.",
    ),
}
CALLER_GOODBYE: Sequence[str] = ("Thank you for your help. Goodbye.", "That was all. Bye.")

NOTES: Sequence[str] = (
    "Explained the tariff; offer goes out by mail.",
    "Reading corrected, new bill ordered.",
    "Technician booked.",
    "Question answered, nothing open.",
    "Wants to be called back next week.",
)
