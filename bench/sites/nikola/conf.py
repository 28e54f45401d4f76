BLOG_AUTHOR = BLOG_TITLE = BLOG_DESCRIPTION = "Bench"
BLOG_EMAIL = "bench@example.org"
SITE_URL = "https://example.org/"
DEFAULT_LANG = "en"
TRANSLATIONS = {"en": ""}
NAVIGATION_LINKS = {"en": (("/archive.html", "Archives"), ("/categories/index.html", "Tags"), ("/rss.xml", "Feed"))}
TIMEZONE = "UTC"
THEME = "bootblog4"
POSTS = (("posts/*.md", "posts", "post.tmpl"),)
PAGES = ()
COMPILERS = {"markdown": (".md",)}
INDEX_DISPLAY_POST_COUNT = FEED_LENGTH = 20
INDEX_TEASERS = TAG_PAGES_ARE_INDEXES = True
FEED_TEASERS = False
COMMENT_SYSTEM = ""
