"""A picture is a list of numbers, and pixels that touch stand far apart in it."""

import nets

image = nets.prepare("examples/seven.png")  # one channel, 28 rows, 28 columns: paper 0, ink 1
vector = image.flatten()
row, column = 14, 14
number = 28 * row + column
print(tuple(image.shape), len(vector), "numbers")
print("here", image[0, row, column].item(), vector[number].item())
print("below", image[0, row + 1, column].item(), vector[number + 28].item())
