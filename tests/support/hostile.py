"""Values that attackers send, shared by tests of rules and of pages."""

OFF_SITE_DESTINATIONS = (
    "https://exemple.net", "http://exemple.net/", "HTTPS://EXEMPLE.NET", "//exemple.net", "///exemple.net", "////exemple.net",
    "/\\exemple.net", "\\/exemple.net", "\\\\exemple.net", "/\\/exemple.net", "\\exemple.net", "/\texemple.net",
    "/\t/exemple.net", "\t//exemple.net", " //exemple.net", "/ /exemple.net", "/\n/exemple.net", "/\r/exemple.net",
    "/\r\nLocation: https://exemple.net", "/parcours\r\nSet-Cookie: a=b", "/%0d%0aSet-Cookie:a=b", "/%0a/exemple.net",
    "/%09/exemple.net", "/%2f/exemple.net", "/%2Fexemple.net", "/%5cexemple.net", "/%5C%5Cexemple.net", "/%252fexemple.net",
    "%2f%2fexemple.net", "/%00/exemple.net", "/\x00/exemple.net", "/.//exemple.net", "/..//exemple.net", "/./\\exemple.net",
    "/../connexion", "/%2e%2e/exemple.net", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "mailto:a@exemple.net",
    "exemple.net", "parcours", "@exemple.net", "https:exemple.net", "https:/exemple.net", "http:///exemple.net",
    "//user@exemple.net", "//exemple.net:80", "/\u2028/exemple.net", "/\uff0fexemple.net", "\uff0f\uff0fexemple.net", "/\u00a0/exemple.net",
    "/" + "a" * 2000, "",
)  # fmt: skip
