"""What performance claims rest on. Run each as a program; `make bench` runs all."""
