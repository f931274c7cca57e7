"""The pages as people use them. A package, so that its browser ends with it (`scope="package"`)."""
