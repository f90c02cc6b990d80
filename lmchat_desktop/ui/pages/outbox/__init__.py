"""The mails and text messages that a sandbox has written, as its people would get them."""
