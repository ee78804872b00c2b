#include "tests/cli/mistakes.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <map>

#include "teasel/cli/program.hpp"
#include "teasel/core/file.hpp"

namespace teasel::testing {
namespace fs = std::filesystem;
namespace {

using Contents = std::map<std::string, std::string>;

Contents contents_of(const fs::path& folder) {
  Contents out;
  for (auto& entry : fs::recursive_directory_iterator(folder)) {
    const bool lock = entry.path().filename() == ".lock";  // says who held it last
    out[fs::relative(entry.path(), folder).string()] = lock                      ? "a lock"
                                                       : entry.is_regular_file() ? read_file(entry.path())
                                                                                 : "a folder";
  }
  return out;
}

// The program as a function, in a folder.
Outcome call(const std::vector<std::string>& arguments, const fs::path& folder) {
  std::vector<std::string> words{"teasel"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const fs::path home = fs::current_path();
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  fs::current_path(folder);
  const int status = run_program(static_cast<int>(words.size()), argv.data());
  fs::current_path(home);
  std::string out = ::testing::internal::GetCapturedStdout();
  return {status, std::move(out), ::testing::internal::GetCapturedStderr()};
}

Outcome call_in_new_process(const Mistake& mistake, const fs::path& folder) {
  return Program(mistake.arguments, mistake.environment,
                 [&] {
                   if (::chdir(folder.c_str()) != 0) ::_exit(126);
                   if (mistake.prepare) mistake.prepare();
                 })
      .wait();
}

// Folders may have been closed, and want to be removed.
struct Opened {
  const fs::path& folder;
  ~Opened() {
    for (auto& entry : fs::recursive_directory_iterator(folder))
      if (entry.is_directory()) fs::permissions(entry.path(), fs::perms::owner_all, fs::perm_options::add);
  }
};

void expect_mistake(const Mistake& mistake) {
  const TemporaryFolder folder;
  const Opened opened{folder.path()};
  if (mistake.arrange) mistake.arrange(folder.path());
  Contents before = contents_of(folder.path());
  const bool apart = mistake.prepare || !mistake.environment.empty();
  const Outcome o = apart ? call_in_new_process(mistake, folder.path()) : call(mistake.arguments, folder.path());
  SCOPED_TRACE(mistake.name + ": " + o.err);
  EXPECT_EQ(o.status, 2);
  EXPECT_EQ(o.out, "");
  EXPECT_TRUE(o.err.starts_with("error: ") || o.err.find("\nerror: ") != std::string::npos);
  EXPECT_NE(o.err.find("\nhint: "), std::string::npos);
  for (auto& part : mistake.says) EXPECT_NE(o.err.find(part), std::string::npos) << part;
  const Contents after = contents_of(folder.path());
  for (auto& [name, content] : after) {
    const bool known = before.contains(name);
    EXPECT_TRUE(known) << name << " was left behind";
    EXPECT_TRUE(!known || before[name] == content) << name << " was changed";
  }
  for (auto& [name, content] : before) EXPECT_TRUE(after.contains(name)) << name << " is gone";
}

}  // namespace

void expect_mistakes(const std::vector<Mistake>& mistakes) {
  for (auto& mistake : mistakes) expect_mistake(mistake);
}

Arrange file(const std::string& name, const std::string& content) {
  return [=](const fs::path& folder) {
    fs::create_directories((folder / name).parent_path());
    write_quickly(folder / name, content);
  };
}

Arrange config(const std::vector<std::string>& sets) {
  return [=](const fs::path& folder) { write_small_config(folder / "a.toml", "beta_vae", sets); };
}

Arrange run() {
  return [](const fs::path& folder) {
    static const TemporaryFolder made;
    static const Outcome training = [] {
      write_small_config(made / "a.toml", "beta_vae", {"train.steps=4"});
      return teasel({"train", made / "a.toml", "--out", made / "run", "--quiet"});
    }();
    ASSERT_EQ(training.status, 0) << training.err;
    fs::copy(made.path(), folder, fs::copy_options::recursive);
  };
}

Arrange all(const std::vector<Arrange>& arrangements) {
  return [=](const fs::path& folder) {
    for (auto& arrange : arrangements) arrange(folder);
  };
}

}  // namespace teasel::testing
