"""What people do with pairs, halts, jobs and accounts, on ports only. Commands and pages call these."""
