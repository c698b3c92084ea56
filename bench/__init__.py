"""`make bench`: how fast and how dear Utenza is, beside what one gets without care and what others offer."""
