"""What if: days run again in virtual time, as they were or changed, and the original beside them."""
