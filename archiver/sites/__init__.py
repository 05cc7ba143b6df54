"""What is known of sites: profiles and the readers of session, date and topic. Pure: no I/O."""
