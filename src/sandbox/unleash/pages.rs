//! The two HTML pages that a client sees when its base path is wrong.

use super::answer::Answer;
use super::request::Request;

/// The start page of the user interface, which answers any unknown GET with status 200.
pub(super) const INDEX: &str = r#"<!DOCTYPE html>
<html lang="en">
    <head>
        <meta charset="utf-8" />
        <meta name="baseUriPath" content="" />
        <meta name="description" content="unleash" />
        <title>Unleash</title>
    </head>
    <body>
        <div id="app"></div>
    </body>
</html>
"#;

/// The web framework's page for a method that no path answers.
pub(super) fn cannot(request: &Request<'_>) -> Answer {
    let escaped = request.raw_path.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <title>Error</title>\n</head>\n<body>\n<pre>Cannot {} {escaped}</pre>\n</body>\n</html>\n",
        request.method,
    );
    Answer::html(404, page)
        .untagged()
        .with("content-security-policy", "default-src 'none'")
        .with("x-content-type-options", "nosniff")
}
