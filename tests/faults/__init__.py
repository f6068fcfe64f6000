"""What may go wrong around the program: killed processes, full and read-only disks, other clocks and locales."""
