// The program as a child process.
#pragma once
#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "teasel/core/value.hpp"
#include "tests/core/temporary_folder.hpp"

namespace teasel::testing {

using Environment = std::vector<std::pair<std::string, std::string>>;

// What a program left behind: its exit status (128 + n for signal n) and its output.
struct Outcome {
  int status = -1;
  std::string out, err;
};

// A running `teasel`. Its output goes to files, so that nothing waits for a reader. `prepare` runs in the new process
// before the program does (its folder, its limits).
class Program {
 public:
  explicit Program(const std::vector<std::string>& arguments, const Environment& environment = {},
                   const std::function<void()>& prepare = {});
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  pid_t id() const { return id_; }
  bool running();
  void signal(int number);
  Outcome wait();

 private:
  TemporaryFolder folder_;
  pid_t id_ = -1;
  int status_ = -1;
};

Outcome teasel(const std::vector<std::string>& arguments, const Environment& environment = {});

// A configuration file of a small training of `model`: 16x16 pixels, batches of 4, one thread.
void write_small_config(const std::filesystem::path& path, const std::string& model,
                        const std::vector<std::string>& sets = {});

// The lines of a file that end; 0 where there is none.
size_t whole_lines(const std::filesystem::path& path);
// Waits until the file has this many lines or the program ended; false if it ended first.
bool wait_for_lines(Program& program, const std::filesystem::path& path, size_t lines);

}  // namespace teasel::testing
