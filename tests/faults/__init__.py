"""What happens when processes, platforms and stores fail, with whole processes: figures by `make faults`."""
