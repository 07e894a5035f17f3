"""The shell around the views: access, pages, forms, filters, headers, limits."""
