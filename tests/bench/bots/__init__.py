"""The programs that the benchmark compares with ours, each started as a process of its own."""
