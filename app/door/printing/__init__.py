"""What goes on paper: posters, door cards, parcel labels, badges, run sheets."""
