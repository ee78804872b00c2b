// Code for one instruction set stays where it is asked for: a processor without it must never meet it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "teasel/core/file.hpp"
#include "teasel/core/value.hpp"
#include "tests/core/temporary_folder.hpp"

namespace teasel {
namespace {

namespace fs = std::filesystem;

struct Object {
  std::string source;  // from the root of the repository
  fs::path file;
  bool one_instruction_set;  // compiled for processors that have it
};

// The objects of kernels, as they were compiled into the library.
std::vector<Object> kernel_objects() {
  const fs::path build = fs::path(TEASEL_PROGRAM).parent_path();
  const Value commands = parse_json(read_file(build / "compile_commands.json"), "compile_commands.json");
  std::vector<Object> out;
  for (auto& entry : *commands.as<Value::List>()) {
    const fs::path source = fs::path(entry.text_at("file")).lexically_relative(fs::current_path());
    if (source.parent_path().filename() != "kernels") continue;
    const std::string command = entry.text_at("command");
    std::smatch object;
    if (!std::regex_search(command, object, std::regex(R"( -o (\S+))"))) throw std::runtime_error("no -o: " + command);
    out.push_back({source.generic_string(), build / object[1].str(), command.find(" -march=") != std::string::npos});
  }
  return out;
}

struct Symbol {
  std::string name;
  char type = 0;  // as nm has it: W is a weak function, t a local one
};

// The symbols that an object defines; false where there is no nm.
bool read_symbols(const fs::path& object, std::vector<Symbol>& out) {
  const TemporaryFolder scratch;
  const std::string list = (scratch / "list").string();
  if (std::system(("nm -P --defined-only '" + object.string() + "' > '" + list + "' 2> /dev/null").c_str()) != 0)
    return false;
  std::istringstream text(read_file(list));
  for (std::string line; std::getline(text, line);) {
    std::istringstream words(line);
    Symbol symbol;
    words >> symbol.name >> symbol.type;
    out.push_back(std::move(symbol));
  }
  return true;
}

// The namespace that a source names in TEASEL_ISA, as it stands in mangled names: "7kernels4avx2".
std::string mangled_namespace(const std::string& source) {
  static const std::regex definition(R"(#define TEASEL_ISA (\w+))");
  const std::string text = read_file(source);
  std::smatch found;
  if (!std::regex_search(text, found, definition)) return "no TEASEL_ISA in " + source;
  return "7kernels" + std::to_string(found[1].length()) + found[1].str();
}

// A linker takes one of all weak definitions of a name for the whole program. One that was compiled for AVX-512 may so
// end up in everybody's std::vector, and a static initialiser runs on every processor.
TEST(Kernels, CodeForOneInstructionSetIsNobodyElses) {
  if (std::system("nm --version > /dev/null 2>&1") != 0) GTEST_SKIP() << "there is no nm (binutils) here";
  int objects = 0;
  int64_t weak = 0;
  for (auto& object : kernel_objects()) {
    std::vector<Symbol> symbols;
    ASSERT_TRUE(read_symbols(object.file, symbols)) << object.file;
    ASSERT_FALSE(symbols.empty()) << object.file;
    objects += object.one_instruction_set;
    const std::string own = object.one_instruction_set ? mangled_namespace(object.source) : "";
    for (auto& [name, type] : symbols) {
      weak += type == 'W';
      // Clones of a function that the loader chooses from are local, or the same would happen to them.
      if (!object.one_instruction_set) {
        EXPECT_FALSE(type == 'W' && name.find(".arch_") != name.npos) << object.source << ": " << name;
        continue;
      }
      EXPECT_FALSE(type == 'W' && name.find(own) == name.npos) << object.source << " defines the weak " << name;
      EXPECT_FALSE(name.starts_with("_GLOBAL__sub_I")) << object.source << " has a static initialiser";
    }
  }
  EXPECT_GE(objects, 3) << "the kernels for AVX2, AVX-512 and bfloat16";
  EXPECT_GT(weak, 0) << "those that are compiled for everybody have some: nm was read wrongly";
}

}  // namespace
}  // namespace teasel
