"""Who works for lmchat: invited, given other roles, removed, and the second person's decisions."""
