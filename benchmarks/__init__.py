"""What the product costs, each beside a peer in the same run."""
