"""Speaking with a PACS: DIMSE and DICOMweb, both ways."""
