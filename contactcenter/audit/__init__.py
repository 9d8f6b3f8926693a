"""The audit trail: who did what, when and from where, chained so that nobody changes it unnoticed."""
