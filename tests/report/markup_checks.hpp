// What the tests of pages and plots share: a small reader of markup that knows nothing of the code it checks.
#pragma once
#include <set>
#include <string>
#include <vector>

namespace teasel::test {

// What is wrong with the nesting, attributes or references of HTML or SVG text; "" where nothing is. Contents of
// <style> and <script> are skipped; void elements of HTML need no end.
inline std::string markup_fault(const std::string& text) {
  static const std::set<std::string> empty = {"meta", "link", "img", "br"};
  std::vector<std::string> open;
  for (size_t i = 0; i < text.size();) {
    if (text[i] == '&') {
      size_t end = text.find(';', i);
      static const std::set<std::string> known = {"amp", "lt", "gt", "quot", "#39"};
      if (end == text.npos || !known.count(text.substr(i + 1, end - i - 1))) return "stray & at " + text.substr(i, 20);
    }
    if (text[i] == '>') return "stray > after " + text.substr(i > 20 ? i - 20 : 0, 20);
    if (text[i] != '<') {
      ++i;
      continue;
    }
    if (text.compare(i, 2, "<!") == 0) {
      i = text.find('>', i) + 1;
      continue;
    }
    bool closing = text[i + 1] == '/';
    size_t at = i + 1 + closing, start = at;
    while (at < text.size() && (isalnum(static_cast<unsigned char>(text[at])))) ++at;
    std::string name = text.substr(start, at - start);
    if (name.empty()) return "stray < at " + text.substr(i, 20);
    std::set<std::string> attributes;
    while (at < text.size() && text[at] != '>' && text[at] != '/') {
      if (isspace(static_cast<unsigned char>(text[at]))) {
        ++at;
        continue;
      }
      size_t end = text.find_first_of("= >/", at);
      std::string attribute = text.substr(at, end - at);
      if (!attributes.insert(attribute).second) return "attribute twice: " + attribute;
      at = end;
      if (text[at] == '=') {
        if (text[at + 1] != '"') return "unquoted attribute " + attribute;
        at = text.find('"', at + 2);
        if (at == text.npos) return "open quote";
        ++at;
      }
    }
    bool alone = text[at] == '/';
    i = at + 1 + alone;
    if (closing) {
      if (open.empty() || open.back() != name)
        return "</" + name + "> closes " + (open.empty() ? "nothing" : open.back());
      open.pop_back();
    } else if (!alone && !empty.count(name)) {
      open.push_back(name);
      if (name == "style" || name == "script") i = text.find("</" + name, i);
    }
  }
  return open.empty() ? "" : "left open: " + open.back();
}

inline int count_of(const std::string& text, const std::string& what) {
  int n = 0;
  for (size_t at = text.find(what); at != text.npos; at = text.find(what, at + what.size())) ++n;
  return n;
}

// The numbers that follow `key` (such as ` x="`) wherever it stands.
inline std::vector<double> numbers_after(const std::string& text, const std::string& key) {
  std::vector<double> out;
  for (size_t at = text.find(key); at != text.npos; at = text.find(key, at + 1))
    out.push_back(std::stod(text.substr(at + key.size())));
  return out;
}

}  // namespace teasel::test
