"""The pages of accounts: staff find one and help, owners and members see their own."""
