"""What every other room speaks of: letters, findings and the Codes. It imports nothing of ours."""
