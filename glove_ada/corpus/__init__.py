"""Read text: from files, packed or not, to a vocabulary and word ids."""
