#!/bin/sh
# Draws the pictures of docs/gallery.md anew, with what they are drawn from, in a folder: about five minutes.
# Usage: docs/gallery/draw.sh FOLDER    (or: make gallery)
set -e
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cd "$1"
thalweg=${THALWEG:-thalweg}

$thalweg demo
$thalweg plot disconnectivity demo/spiral.db -o basin.png --colour-by basin
$thalweg plot persistence demo/spiral.db -o persistence.png
$thalweg plot heat-capacity demo/spiral.db -o heat_capacity.png
$thalweg plot pathway demo/spiral.db 5 0 -o pathway.png
$thalweg plot slice demo/spiral.db 321 40 97 -o slice.png
$thalweg plot spectra demo/spiral.db -o spectra.png
$thalweg plot weights demo/spiral.db -o weights.png

$thalweg explore "$here/spiral.toml" --to spiral.db
$thalweg superpose spiral.db --config "$here/spiral.toml" --minima 2 -o model.npz --figure specialisation.png

# The patients come from OpenML, or from the folder that THALWEG_DATA names.
$thalweg explore "$here/breast.toml" --to breast.db
$thalweg conserved breast.db --config "$here/breast.toml" --level 40 --measure relative --epsilon 0.4 --figures .

# The tumours come with the package ISLP: pip install --no-deps ISLP
$thalweg explore "$here/tumours.toml" --to tumours.db
$thalweg consensus tumours.db --config "$here/tumours.toml" --figure consensus.png

$thalweg scan "$here/gp.toml" --over problem.kernel.nu=0.5:4.5:1 --to nu
cp nu/bifurcation.png .
