"""What happens over time, in terms of ports only: placing, watching, reconciling, recovering, publishing."""
