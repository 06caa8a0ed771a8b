"""Child processes that read hostile files: started by `huiyin.integrations.confined.run`, not imported by the site."""
