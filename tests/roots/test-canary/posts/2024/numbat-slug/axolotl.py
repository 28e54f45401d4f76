BANDICOOT = "listing"
