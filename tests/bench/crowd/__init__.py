"""What the benches ``sweep`` and ``preempt`` are made of: accounts with many open tickets, and who looks at them."""
