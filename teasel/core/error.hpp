// What goes wrong through the user's doing: says what, and what to do about it.
#pragma once
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace teasel {

// A mistake that the user can mend (a bad value, a missing file): the command line prints `error: what` and
// `hint: ...` and exits with 2. Anything else that is thrown is our own mistake and exits with 1.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& what, std::string hint = {}) : std::runtime_error(what), hint_(std::move(hint)) {}
  // What to do about it; may be empty.
  const std::string& hint() const noexcept { return hint_; }

 private:
  std::string hint_;
};

// The entry of `known` nearest to `word` by edit distance, if it is near enough to be a slip of the pen; else "".
std::string nearest(std::string_view word, std::span<const std::string> known);

// A hint for a word that is not among `known`: "Did you mean 'x'? Known: a, b, x." with the nearest word where there is
// one.
std::string hint_for_unknown(std::string_view word, std::span<const std::string> known);

// "unknown model 'x'" with the nearest known name, and "two files register the model 'x'".
[[noreturn]] void throw_unknown_name(std::string_view kind, std::string_view name, std::span<const std::string> known);
[[noreturn]] void throw_name_clash(std::string_view kind, std::string_view name, std::string_view file,
                                   std::string_view other);

}  // namespace teasel
