// The rooms of the house: who may include whom, and how long a file may be.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "teasel/core/file.hpp"

namespace teasel {
namespace {

namespace fs = std::filesystem;

// Each room with the rooms it may include besides itself. `cli` may include all.
const std::map<std::string, std::set<std::string>> arrows{
    {"core", {}},
    {"stats", {"core"}},
    {"data", {"core"}},
    {"metrics", {"stats", "core"}},
    {"report", {"core"}},
    {"linalg", {"core"}},
    {"nn", {"linalg", "core"}},
    {"models", {"nn", "linalg", "stats", "core"}},
    {"train", {"models", "data", "core"}},
    {"explore", {"models", "data", "stats", "core"}},
    {"study", {"train", "explore", "metrics", "report", "models", "data", "core"}},
    {"cli", {"core", "stats", "data", "metrics", "report", "linalg", "nn", "models", "train", "explore", "study"}},
    {"cuda", {"nn", "linalg", "core"}},
};
// Files that may include one header more, with the reason.
const std::map<std::string, std::string> exceptions{
    {"teasel/models/gather.hpp", "teasel/data/dataset.hpp"},  // the one place where data sets and models meet
    {"teasel/train/optimizer.hpp", "teasel/nn/adam.hpp"},     // the kernel of the optimiser
};
const std::set<std::string> plain{"core", "stats", "data", "metrics", "report"};  // never see torch
// Folders of things that are added by one file each.
const std::set<std::string> shelves{"zoo",      "judges",       "sets",          "views",         "suite",
                                    "matrices", "aggregations", "predictors",    "architectures", "likelihoods",
                                    "commands", "presets",      "discriminators"};

struct Source {
  std::string path, room;
  std::vector<std::string> lines, includes;  // includes: what stands between quotes or angles
};

std::vector<Source> sources_below(const fs::path& folder) {
  static const std::regex include(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
  std::vector<Source> out;
  for (auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".cpp" && extension != ".hpp") continue;
    Source source{.path = entry.path().generic_string(),
                  .room = std::next(entry.path().begin())->string(),
                  .lines = {},
                  .includes = {}};
    std::istringstream text(read_file(entry.path()));
    for (std::string line; std::getline(text, line);) {
      std::smatch found;
      if (std::regex_search(line, found, include)) source.includes.push_back(found[1]);
      source.lines.push_back(std::move(line));
    }
    out.push_back(std::move(source));
  }
  std::ranges::sort(out, {}, &Source::path);
  return out;
}

const std::vector<Source>& sources() {
  static const auto all = sources_below("teasel");
  return all;
}

TEST(House, EveryFileIncludesOnlyWhatItsRoomMay) {
  ASSERT_GT(sources().size(), 50u);
  for (auto& source : sources()) {
    ASSERT_TRUE(arrows.contains(source.room)) << source.path << " is in a room that the table does not know";
    for (auto& header : source.includes) {
      if (!header.starts_with("teasel/")) continue;
      const std::string room = header.substr(7, header.find('/', 7) - 7);
      const auto exception = exceptions.find(source.path);
      const bool excepted = exception != exceptions.end() && exception->second == header;
      EXPECT_TRUE(room == source.room || arrows.at(source.room).contains(room) || excepted)
          << source.path << " includes " << header;
    }
  }
}

TEST(House, ExceptionsAreInUse) {
  for (auto& [file, header] : exceptions) {
    const auto source = std::ranges::find(sources(), file, &Source::path);
    ASSERT_NE(source, sources().end()) << file;
    EXPECT_GT(std::ranges::count(source->includes, header), 0) << file << " no longer includes " << header;
  }
}

TEST(House, RoomsWithoutTorchIncludeNoneOfIt) {
  static const std::regex torch(R"(^(ATen|torch|c10|caffe2)/)");
  for (auto& source : sources())
    for (auto& header : source.includes) {
      if (plain.contains(source.room)) {
        EXPECT_FALSE(std::regex_search(header, torch)) << source.path << " includes " << header;
      }
      EXPECT_NE(header, "torch/torch.h") << source.path << ": this header costs every file seconds";
    }
}

TEST(House, ThingsAddedByOneFileDoNotKnowEachOther) {
  size_t shelved = 0;
  for (auto& source : sources()) {
    const std::string own = fs::path(source.path).parent_path().filename().string();
    shelved += shelves.contains(own);
    for (auto& header : source.includes)
      if (header.starts_with("teasel/")) {
        EXPECT_FALSE(shelves.contains(fs::path(header).parent_path().filename().string()))
            << source.path << " includes " << header;
      }
  }
  EXPECT_GT(shelved, 10u);
}

TEST(House, IncludesAreWrittenFromTheRoot) {
  for (auto& source : sources())
    for (auto& header : source.includes)
      if (!fs::exists(header)) {
        EXPECT_FALSE(fs::exists(fs::path(source.path).parent_path() / header)) << source.path << " includes " << header;
      }
}

TEST(House, FilesStayUnderFiveHundredLines) {
  for (auto* folder : {"teasel", "tests"})
    for (auto& source : sources_below(folder)) EXPECT_LT(source.lines.size(), 500u) << source.path;
}

TEST(House, HeadersAreReadOnce) {
  for (auto& source : sources())
    if (source.path.ends_with(".hpp")) {
      EXPECT_TRUE(std::ranges::count(source.lines, "#pragma once") == 1) << source.path;
    }
}

}  // namespace
}  // namespace teasel
