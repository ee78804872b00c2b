// Text made safe for HTML, SVG and terminals.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace teasel {

// The code point that begins at `at`, which moves past it. Broken UTF-8 gives U+FFFD, one byte at a time.
char32_t next_code_point(std::string_view text, size_t& at);

// `text` for element content and quoted attributes of HTML and XML alike: & < > " ' are escaped, broken UTF-8 becomes
// U+FFFD, and the control characters that XML forbids are dropped.
std::string escape(std::string_view text);

// RFC 4648, with padding.
std::string base64(std::string_view bytes);

// An identifier for links: "KL per latent" gives "kl-per-latent". Letters outside ASCII are left out; never empty.
std::string anchor_of(std::string_view title);

// Columns that `text` takes on a terminal: 2 for East Asian wide characters, 0 for combining marks (Unicode TR 11).
int display_width(std::string_view text);

}  // namespace teasel
