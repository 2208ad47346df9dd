"""Consolidated reports on their way out: DOCX and XLSX."""
