"""DATA_VALIDATION: is what is stored right?"""
