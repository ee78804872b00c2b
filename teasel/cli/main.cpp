#include "teasel/cli/program.hpp"

int main(int argc, char** argv) { return teasel::run_program(argc, argv); }
